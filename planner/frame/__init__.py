"""Frame (抽样框): a snapshot judged under a plan, its cells and its Merkle tree."""
