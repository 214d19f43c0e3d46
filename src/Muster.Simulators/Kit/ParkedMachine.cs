namespace Muster.Simulators.Kit;

/// <summary>A machine of a simulated cloud: a record, and nothing that runs. All that changes is guarded by its park.</summary>
/// <typeparam name="TId">Its id.</typeparam>
public abstract class ParkedMachine<TId> where TId : notnull
{
    /// <summary>Its id.</summary>
    public required TId Id { get; init; }

    /// <summary>Its state, in the cloud's own word.</summary>
    public string State { get; internal set; } = "";

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset Updated { get; internal set; }

    /// <summary>It as it is now, for lists that lag: shares nothing that changes later.</summary>
    internal virtual ParkedMachine<TId> Copy() => (ParkedMachine<TId>)MemberwiseClone();
}
