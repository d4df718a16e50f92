"""The addresses of orders to correct a locked field."""

from django.urls import path

from taizhang.web.orders.listing import orders
from taizhang.web.orders.one import order_execute, order_refuse, order_show, order_withdraw
from taizhang.web.orders.requesting import order_request

urlpatterns = [
    path("orders", orders, name="orders"),
    path("orders/<int:pk>", order_show, name="order_show"),
    path("orders/<int:pk>/execute", order_execute, name="order_execute"),
    path("orders/<int:pk>/refuse", order_refuse, name="order_refuse"),
    path("orders/<int:pk>/withdraw", order_withdraw, name="order_withdraw"),
    path("households/<int:pk>/orders/new", order_request, name="order_request"),
]
