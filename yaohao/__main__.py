"""Run as ``python -m yaohao``, and as the command `yaohao`."""

from yaohao.safe_path import leave_out_working_folder


def main() -> None:
    """Run the command line, once nothing can be loaded from the working folder any more."""
    leave_out_working_folder()
    from yaohao.scripts.cli import main as run

    run()


if __name__ == "__main__":
    main()
