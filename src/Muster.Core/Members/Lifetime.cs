using System.Buffers.Binary;
using System.Text;

using Muster.Core.Instances;

namespace Muster.Core.Members;

/// <summary>How old an instance may become. Pure.</summary>
/// <remarks>
/// Each instance has a lifetime of its own, up to a tenth below the most: a group that was launched at once is not replaced at once. It
/// depends on the instance's id and nothing else, so that all servers, and each check, come to the same.
/// </remarks>
public static class Lifetime
{
    /// <summary>Shortest that a user may ask for: below, a group would do little else than replace.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromHours(1);

    /// <summary>Longest; whoever wants more wants none.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(3650);

    private const double JitterMax = 0.1;

    /// <summary>How long an instance still has; zero or less where it is to be replaced.</summary>
    /// <param name="instance">Which. One that its cloud says was made in the future is as good as new.</param>
    /// <param name="most">The most that it may have, from <see cref="Min"/> to <see cref="Max"/>.</param>
    /// <param name="now">The instant.</param>
    public static TimeSpan Left(Instance instance, TimeSpan most, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var age = now - instance.CreatedAt;
        return (most * (1 - (JitterMax * Unit(instance.Id)))) - (age < TimeSpan.Zero ? TimeSpan.Zero : age);
    }

    /// <summary>When its lifetime is over, as far as can be said now.</summary>
    /// <inheritdoc cref="Left"/>
    public static DateTimeOffset EndsAt(Instance instance, TimeSpan most, DateTimeOffset now) => now + Left(instance, most, now);

    /// <summary>A number in [0, 1) that is the instance's own.</summary>
    private static double Unit(InstanceId instance)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashBytes];
        Sha256.Hash(Encoding.UTF8.GetBytes(instance.Value), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0);
    }
}
