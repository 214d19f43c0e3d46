namespace Muster.Clouds.Kit;

/// <summary>What only some kinds of clouds can do.</summary>
public enum CloudAbility
{
    /// <summary>A repeated launch never makes a second instance.</summary>
    LaunchTokens,

    /// <summary>Launches may ask for a zone.</summary>
    Zones,

    /// <summary>It tells what its instances cost.</summary>
    Prices,

    /// <summary>It has instances that cost less and that it may take back.</summary>
    Interruptible,

    /// <summary>It tells of changes by itself.</summary>
    Watch,

    /// <summary>It tells how hard its instances work.</summary>
    Usage,

    /// <summary>Instances can be stopped, and started again.</summary>
    Stop,

    /// <summary>They can also be stopped with their memory kept.</summary>
    Suspend,

    /// <summary>Instances that exist can be tagged: attached to a group, and detached from it.</summary>
    Retag,

    /// <summary>It has load balancers of its own, into which instances are taken and out of them while they live.</summary>
    Balancers,

    /// <summary>Parts that outlive an instance are found and removed.</summary>
    Leftovers,

    /// <summary>A machine can be read into a template.</summary>
    Like,

    /// <summary>A check tells who the credential is, what it may do, or what is left of its limits.</summary>
    SelfDescription,
}
