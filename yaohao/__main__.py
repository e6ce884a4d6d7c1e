"""Run as ``python -m yaohao``."""

from yaohao.safe_path import leave_out_working_folder

if __name__ == "__main__":
    leave_out_working_folder()
    from yaohao.scripts.cli import main

    main()
