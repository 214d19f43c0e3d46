using Muster.Core.Clouds;

namespace Muster.Core.Reconciling;

/// <summary>What stopped a check, or a part of it.</summary>
/// <param name="Error">What the cloud answered.</param>
/// <param name="What">What was tried: <c>launch web-1</c>.</param>
/// <param name="IsLook">Whether it kept the check from looking, so that nothing is known.</param>
internal sealed record CheckFailure(CloudException Error, string What, bool IsLook = false)
{
    /// <summary>The failure in a sentence.</summary>
    public string Words => $"{What}: {FailureReaction.To(Error.Kind).Words}: {Error.Message}";
}
