"""Every text a user meets, in Chinese and English, looked up by code and put into form."""
