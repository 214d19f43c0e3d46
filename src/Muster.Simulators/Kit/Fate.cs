namespace Muster.Simulators.Kit;

/// <summary>What becomes of a new machine.</summary>
internal enum Fate
{
    /// <summary>It comes up.</summary>
    Up,

    /// <summary>It fails instead.</summary>
    Failed,

    /// <summary>It never gets anywhere.</summary>
    Hanging,
}
