"""The plan (抽查计划): the file people write, its checked model, and the document committed."""
