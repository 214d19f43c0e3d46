namespace Muster.Core.Life;

/// <summary>What was said to a gate is refused, and nothing was changed.</summary>
/// <param name="refusal">Why.</param>
/// <param name="gate">The name that was said.</param>
/// <param name="allowed">What is allowed, in words.</param>
public sealed class GateException(GateRefusal refusal, string gate, string allowed) : InputException("hook", gate, allowed)
{
    /// <summary>Why.</summary>
    public GateRefusal Refusal => refusal;
}
