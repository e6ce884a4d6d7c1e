"""All messages in Chinese and English, looked up by code and formatted."""
