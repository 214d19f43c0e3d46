using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>Reading machines into templates behind the credential's governor, as every other call.</summary>
internal sealed class GovernedTemplateReading(ITemplateReadingCloud cloud, ICallGovernor governor, ICallLine line) : ITemplateReadingCloud
{
    /// <inheritdoc/>
    public Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        GovernedCall.MakeAsync(
            governor, line, CallKind.Read, () => cloud.ReadTemplateAsync(instance, cancellationToken), cancellationToken);
}
