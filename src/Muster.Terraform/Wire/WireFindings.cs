using Muster.Terraform.Findings;

namespace Muster.Terraform.Wire;

/// <summary>Findings and paths as they go over the wire.</summary>
internal static class WireFindings
{
    public static Diagnostic Write(Finding finding) => new()
    {
        Severity = finding.IsError ? Diagnostic.Types.Severity.Error : Diagnostic.Types.Severity.Warning,
        Summary = finding.Summary,
        Detail = finding.Detail,
        Attribute = finding.Path is { } path ? Write(path) : null,
    };

    public static AttributePath Write(Findings.AttributePath path)
    {
        var wire = new AttributePath();
        wire.Steps.AddRange(path.Steps.Select(step => step switch
        {
            string name => new AttributePath.Types.Step { AttributeName = name },
            Findings.AttributePath.Key key => new() { ElementKeyString = key.Text },
            _ => new() { ElementKeyInt = (int)step },
        }));
        return wire;
    }
}
