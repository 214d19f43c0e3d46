namespace Muster.Server.Tsg;

/// <summary>The facade for clients of the original Triton Service Groups: <c>/v1/tsg</c>.</summary>
public sealed class TsgOptions
{
    /// <summary>The cloud whose templates and groups it shows.</summary>
    /// <value>Null unless set: then there is no facade.</value>
    public string? Cloud { get; set; }

    /// <summary>
    /// Whether nobody is asked who they are, here only; as the original's <c>TSG_DEV_MODE</c>. Callers act for the default account, and
    /// nothing but a loopback address is listened on.
    /// </summary>
    public bool SkipsAuthentication { get; set; }
}
