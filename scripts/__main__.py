"""Run as ``python -m scripts``."""

from scripts.safe_path import leave_out_working_folder

if __name__ == "__main__":
    leave_out_working_folder()
    from scripts.cli import main

    main()
