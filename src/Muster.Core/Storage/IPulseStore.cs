namespace Muster.Core.Storage;

/// <summary>
/// What a pulse needs of a store: groups and their checks, the sweeps that it shares with others, and what pauses everything.
/// </summary>
public interface IPulseStore : ICheckStore, ISweepStore, IPauseStore;
