"""The wire: what the server sends beside the pages; without Streamlit, without PyTorch."""
