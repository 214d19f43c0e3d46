using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>How a task ended.</summary>
/// <param name="Result">What it made; null where it made nothing.</param>
/// <param name="Fault">Why it failed; null where it did not.</param>
internal sealed record TaskEnd(MoRef? Result, SoapFault? Fault);
