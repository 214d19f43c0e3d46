using Muster.Terraform.Findings;
using Muster.Terraform.Values;

namespace Muster.Terraform.Resources;

/// <summary>Data sources that take either an id or a name.</summary>
internal static class Lookup
{
    public static void Check(Fields config, FindingList findings)
    {
        if (config["id"].IsNull == config["name"].IsNull)
        {
            findings.Error("Invalid id or name", "Give either id or name.", AttributePath.Of("id"));
        }
        else if (config.Text("id") is { } id && !Guid.TryParseExact(id, "D", out _))
        {
            findings.Invalid(AttributePath.Of("id"), id, "an id, such as 01234567-89ab-cdef-0123-456789abcdef; a name goes into name");
        }
        else if (config.Text("name") is "")
        {
            findings.Invalid(AttributePath.Of("name"), null, "a name");
        }
    }

    /// <summary>What to ask the server for.</summary>
    public static string Key(Fields config) => config.Text("id") ?? config.Required("name");
}
