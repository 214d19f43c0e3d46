namespace Muster.Simulation.Randomness;

/// <summary>
/// A stream of chance that is the same for ever: xoshiro256**, seeded by SplitMix64 (both by Blackman and Vigna, public domain).
/// </summary>
/// <remarks>
/// Not <see cref="Random"/>: a kept seed must replay on the next version of .NET too. Not safe to share between threads.
/// </remarks>
public sealed class RandomStream
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>The stream of that seed.</summary>
    public RandomStream(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>
    /// A stream of its own for one purpose, so that one more draw for another purpose changes nothing here.
    /// </summary>
    /// <param name="seed">The world's seed.</param>
    /// <param name="purpose">What it is for; any text.</param>
    public static RandomStream For(ulong seed, string purpose)
    {
        // FNV-1a: string.GetHashCode differs from run to run.
        var hash = 14695981039346656037UL;
        foreach (var character in purpose)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        var mixed = seed;
        return new(SplitMix(ref mixed) ^ hash);
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        var result = ulong.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number in [0, 1).</summary>
    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public int NextInt(int min, int max) => min + (int)(Next() % (ulong)(max - min + 1));

    /// <summary>True this often.</summary>
    public bool Chance(double probability) => NextUnit() < probability;

    /// <summary>A time from <paramref name="min"/> to <paramref name="max"/>; short ones more often than long ones.</summary>
    public TimeSpan NextSpan(TimeSpan min, TimeSpan max)
    {
        var unit = NextUnit();
        return min + ((max - min) * (unit * unit));
    }

    /// <summary>One of them.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[NextInt(0, choices.Length - 1)];

    /// <summary>A random version 4 UUID.</summary>
    public Guid NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Next());
        BitConverter.TryWriteBytes(bytes[8..], Next());
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
