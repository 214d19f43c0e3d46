using System.Security.Cryptography;
using System.Text;

using CsCheck;

namespace Muster.Core.Tests;

/// <summary>The hash that ids are made of is the platform's, byte for byte: every id ever made depends on it.</summary>
public sealed class Sha256Tests
{
    // FIPS 180-4's own examples.
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_standards_examples_hold(string input, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Hash(Encoding.ASCII.GetBytes(input))));

    // All lengths around one, two and three blocks, where the padding changes its shape.
    [Fact]
    public void It_is_the_platforms_at_every_length()
    {
        foreach (var length in Enumerable.Range(0, 260))
        {
            var input = Enumerable.Range(0, length).Select(i => (byte)((i * 31) + length)).ToArray();
            Assert.Equal(SHA256.HashData(input), Hash(input));
        }
    }

    [Fact]
    public void It_is_the_platforms_for_any_input() =>
        Gen.Byte.Array[0, 5000].Sample(input => Hash(input).AsSpan().SequenceEqual(SHA256.HashData(input)));

    private static byte[] Hash(byte[] input)
    {
        var hash = new byte[Sha256.HashBytes];
        Sha256.Hash(input, hash);
        return hash;
    }
}
