"""The writers of a report: one file a form. Each draws a ``reports.content.Document`` and adds no number of its own."""
