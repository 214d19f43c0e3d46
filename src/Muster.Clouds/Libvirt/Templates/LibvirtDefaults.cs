using System.Collections.Immutable;

using Muster.Clouds.Kit.Templates;

namespace Muster.Clouds.Libvirt.Templates;

/// <summary>What a cloud's configuration says of all its templates.</summary>
/// <param name="Pool">The pool of volumes.</param>
/// <param name="Network">The network; <c>none</c> for none.</param>
/// <param name="Extras">The pieces of XML that templates may name.</param>
/// <param name="DomainType">How domains are run; null for the fastest that the host has.</param>
/// <param name="Allowance">What of the hosts templates may reach.</param>
internal sealed record LibvirtDefaults(
    string Pool, string Network, ImmutableArray<ExtraXml> Extras, string? DomainType, HostAllowance Allowance);
