# By name or by id.
terraform import muster_template.web web-5f0c9a1e
