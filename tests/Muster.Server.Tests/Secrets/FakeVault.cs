using System.Security.Cryptography;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Muster.Server.Tests.Secrets;

/// <summary>
/// Vault's transit engine over a real socket, as far as its documentation tells: AES-GCM with associated data, 400 for what does not
/// open, 403 for a wrong token.
/// </summary>
internal sealed class FakeVault : IAsyncDisposable
{
    private readonly AesGcm _cipher = new(RandomNumberGenerator.GetBytes(32), tagSizeInBytes: 16);
    private readonly WebApplication _app;

    private FakeVault(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public static async Task<FakeVault> StartAsync(string token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var vault = new FakeVault(app);
        app.Run(http => vault.AnswerAsync(http, token));
        await app.StartAsync();
        return vault;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _cipher.Dispose();
    }

    private async Task AnswerAsync(HttpContext http, string token)
    {
        var body = (await JsonNode.ParseAsync(http.Request.Body))!;
        var data = Convert.FromBase64String((string)body["associated_data"]!);
        var (status, answer) = (http.Request.Headers["X-Vault-Token"] == token, http.Request.Path.Value) switch
        {
            (false, _) => (403, """{"errors":["permission denied"]}"""),
            (_, "/v1/transit/encrypt/muster") =>
                (200, $$"""{"data":{"ciphertext":"{{Encrypt((string)body["plaintext"]!, data)}}","key_version":1} }"""),
            (_, "/v1/transit/decrypt/muster") => Decrypt((string)body["ciphertext"]!, data),
            _ => (404, """{"errors":[]}"""),
        };
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer);
    }

    private string Encrypt(string plaintext, byte[] data)
    {
        var text = Convert.FromBase64String(plaintext);
        var made = new byte[12 + 16 + text.Length];
        RandomNumberGenerator.Fill(made.AsSpan(0, 12));
        _cipher.Encrypt(made.AsSpan(0, 12), text, made.AsSpan(28), made.AsSpan(12, 16), data);
        return $"vault:v1:{Convert.ToBase64String(made)}";
    }

    private (int Status, string Answer) Decrypt(string ciphertext, byte[] data)
    {
        var made = Convert.FromBase64String(ciphertext["vault:v1:".Length..]).AsSpan();
        var text = new byte[made.Length - 28];
        try
        {
            _cipher.Decrypt(made[..12], made[28..], made.Slice(12, 16), text, data);
            return (200, $$"""{"data":{"plaintext":"{{Convert.ToBase64String(text)}}"} }""");
        }
        catch (CryptographicException)
        {
            return (400, """{"errors":["cipher: message authentication failed"]}""");
        }
    }
}
