using Muster.Clouds.Vsphere.Places;
using Muster.Clouds.Vsphere.Templates;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Vsphere.Checks;

/// <summary>Asks vCenter whether what a template names is there.</summary>
internal sealed class VsphereTemplateCheck(LaunchPlaces places)
{
    /// <summary>Everything that is right and wrong with a template.</summary>
    /// <exception cref="CloudException">vCenter could not be asked.</exception>
    public async Task<TemplateCheck> MakeAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = VsphereTemplates.Read(template);
        return new(reading.Spec is { } spec
            ? [.. reading.Findings, .. await places.CheckAsync(spec, cancellationToken)]
            : reading.Findings);
    }
}
