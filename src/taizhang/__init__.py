"""taizhang (台账): dynamic management of poverty alleviation and of preventing return to poverty."""

__version__ = "0.1.0"
