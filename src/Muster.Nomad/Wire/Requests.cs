using Muster.Nomad.Jobs.Wire;

namespace Muster.Nomad.Wire;

/// <summary>A job, wrapped as validation and planning take it.</summary>
internal sealed record JobEnvelope(NomadJob Job);

/// <summary>A job to register.</summary>
internal sealed record RegisterRequest
{
    public required NomadJob Job { get; init; }

    /// <summary>Whether <see cref="JobModifyIndex"/> must be what Nomad has.</summary>
    public required bool EnforceIndex { get; init; }

    /// <summary>0 for a job that must not be there yet.</summary>
    public required ulong JobModifyIndex { get; init; }
}
