namespace Muster.Core.Life;

/// <summary>One hook as somebody asks for it; what is null was left out.</summary>
public sealed record HookEdit
{
    /// <summary>Required. See <see cref="HookRules.NameWords"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Required: one of <see cref="HookRules.MomentWords"/>.</summary>
    public string? At { get; init; }

    /// <summary>Seconds; <see cref="HookRules.TimeoutDefault"/> when left out.</summary>
    public double? TimeoutSeconds { get; init; }

    /// <summary>
    /// One of <see cref="HookRules.SilenceWords"/>; at launch <c>abandon</c> and at termination <c>continue</c> when left out.
    /// </summary>
    public string? OnTimeout { get; init; }

    /// <summary><c>none</c> (when left out), the URL of a web hook, or <c>exec:NAME</c>.</summary>
    public string? Tell { get; init; }
}
