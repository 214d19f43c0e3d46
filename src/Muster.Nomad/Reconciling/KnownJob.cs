using Muster.Nomad.Jobs;

namespace Muster.Nomad.Reconciling;

/// <summary>A job as this server registered it: while Nomad lists it at that index, it says what it should.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Wanted">What it was made for.</param>
/// <param name="ModifyIndex">The index that registering came to.</param>
public sealed record KnownJob(string Id, WantedJob Wanted, ulong ModifyIndex);
