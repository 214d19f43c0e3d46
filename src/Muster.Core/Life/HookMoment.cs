namespace Muster.Core.Life;

/// <summary>When in the life of an instance a hook holds it.</summary>
public enum HookMoment
{
    /// <summary>When it is up, before it is in service.</summary>
    Launch,

    /// <summary>When it is to end, before it is terminated.</summary>
    Terminate,
}
