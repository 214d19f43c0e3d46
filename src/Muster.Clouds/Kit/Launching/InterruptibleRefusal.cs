using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Launching;

/// <summary>The refusal of a launch that asks for an interruptible instance where the cloud has none.</summary>
internal static class InterruptibleRefusal
{
    /// <summary>The refusal: one that was made all the same would cost what nobody asked for.</summary>
    public static CloudException Make() => new(
        CloudErrorKind.InvalidRequest, "interruptible is 'true': this cloud has no interruptible instances; leave it out");
}
