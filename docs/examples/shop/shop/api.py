from django.core.files.storage import default_storage
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from shop.models import Document


class DocumentSerializer(serializers.ModelSerializer[Document]):
    class Meta:
        model = Document
        fields = ("title", "file")


class DocumentViewSet(viewsets.ReadOnlyModelViewSet[Document]):
    queryset = Document.objects.order_by("pk")
    serializer_class = DocumentSerializer

    def list(self, request: Request) -> Response:
        documents = list(self.get_queryset())
        default_storage.prefetch(document.file.name for document in documents)  # one query for all of them
        return Response(self.get_serializer(documents, many=True).data)
