"""Addresses of duty orders and their receipts."""

from django.urls import URLPattern, path

from duty.views import orders, orders_acts, receipts

urlpatterns: list[URLPattern] = [
    path("orders/", orders.OrderList.as_view(), name="order-list"),
    path("orders/new/", orders_acts.new, name="order-new"),
    path("orders/<int:pk>/", orders.detail, name="order-detail"),
    path("orders/<int:pk>/live/", orders.live, name="order-live"),
    path("orders/<int:pk>/rooms/", orders.ReceiptList.as_view(), name="order-rooms"),
    path("orders/<int:pk>/supersede/", orders_acts.supersede, name="order-supersede"),
    path("orders/<int:pk>/approve/", orders_acts.approve, name="order-approve"),
    path("orders/<int:pk>/revoke/", orders_acts.revoke, name="order-revoke"),
    path("receipts/<int:pk>/acknowledge/", receipts.acknowledge, name="receipt-acknowledge"),
    path("receipts/<int:pk>/carry-out/", receipts.carry_out, name="receipt-carry-out"),
]
