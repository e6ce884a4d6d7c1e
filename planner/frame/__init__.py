"""Frame (抽样框): a register classified under a plan, its cells and its Merkle tree."""
