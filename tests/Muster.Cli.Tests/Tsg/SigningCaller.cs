using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Muster.Simulators.Triton.Identity;

namespace Muster.Cli.Tests.Tsg;

/// <summary>Signs requests with an RSA key of an account as triton-go does.</summary>
internal sealed class SigningCaller : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly string _keyId;

    public SigningCaller(SimulatedAccount account, string? user = null, string name = "laptop")
    {
        var known = account.AddKey($"ssh-rsa {Convert.ToBase64String(Blob())}", name, user);
        _keyId = user is null ? $"/{account.Login}/keys/{known.Fingerprint}" : $"/{account.Login}/users/{user}/keys/{known.Fingerprint}";
        Fingerprint = known.Fingerprint;
    }

    public string Fingerprint { get; }

    /// <summary>When it says that it signs; now unless set.</summary>
    public DateTimeOffset? Date { get; set; }

    /// <summary>Whether it signs something else than it sends.</summary>
    public bool Forges { get; set; }

    /// <summary>Changes the header <c>Authorization</c> after it was made.</summary>
    public Func<string, string> Alter { get; set; } = header => header;

    public void Sign(HttpRequestMessage request)
    {
        var date = (Date ?? TimeProvider.System.GetUtcNow())
            .ToString("r", CultureInfo.InvariantCulture)
            .Replace("GMT", "UTC", StringComparison.Ordinal);
        var text = Encoding.ASCII.GetBytes(Forges ? "date: never" : $"date: {date}");
        var signature = Convert.ToBase64String(_key.SignData(text, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
        request.Headers.TryAddWithoutValidation("Date", date);
        request.Headers.TryAddWithoutValidation(
            "Authorization", Alter($"Signature keyId=\"{_keyId}\",algorithm=\"rsa-sha1\",headers=\"date\",signature=\"{signature}\""));
    }

    public void Dispose() => _key.Dispose();

    private byte[] Blob()
    {
        var parameters = _key.ExportParameters(includePrivateParameters: false);
        return [.. Field("ssh-rsa"u8), .. Field(parameters.Exponent), .. Field([0, .. parameters.Modulus!])];
    }

    private static byte[] Field(ReadOnlySpan<byte> bytes)
    {
        var field = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, bytes.Length);
        bytes.CopyTo(field.AsSpan(4));
        return field;
    }
}
