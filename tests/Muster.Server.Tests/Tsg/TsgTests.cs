using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Muster.Server.Tests.Support;
using Muster.Triton;

namespace Muster.Server.Tests.Tsg;

/// <summary>A running server whose facade shows cloud <c>sim</c>, and the words to ask it with.</summary>
public abstract class TsgTests : IAsyncLifetime
{
    protected const string Package = "14af2214-d2e8-11e5-9be9-93b3a0c5d3b2";
    protected const string Image = "49b22aec-0c8a-11e6-8807-a3eb4db576ba";
    protected const string Nobody = "00000000-0000-4000-8000-000000000000";

    private HttpClient _plain = null!;

    private protected RunningServer Server { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Server = await RunningServer.StartDevAsync(faces: new TsgFace(new() { Cloud = "sim" }));
        _plain = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Server.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _plain.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends a request as it stands, and follows nothing.</summary>
    private protected async Task<Reply> SendAsync(
        string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _plain.SendAsync(request, Cancellation);
        return new(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            await response.Content.ReadAsStringAsync(Cancellation),
            response.Headers,
            response.Content.Headers);
    }

    private protected Task<Reply> GetAsync(string path) => SendAsync("GET", path);

    /// <summary>A template; its id.</summary>
    protected async Task<string> AddTemplateAsync(string name = "web")
    {
        var made = await SendAsync(
            "POST", "/v1/tsg/templates", $$"""{"template_name":"{{name}}","package":"{{Package}}","image_id":"{{Image}}"}""");
        Assert.Equal(201, made.Status);
        return made.Json.GetProperty("id").GetString()!;
    }

    /// <summary>A group; its id.</summary>
    protected async Task<string> AddGroupAsync(string name = "shop", int capacity = 3, string? template = null)
    {
        template ??= await AddTemplateAsync($"for-{name}");
        var made = await SendAsync("POST", "/v1/tsg/groups", Group(name, template, capacity));
        Assert.Equal(201, made.Status);
        return made.Json.GetProperty("id").GetString()!;
    }

    protected async Task<int> CapacityAsync(string group) =>
        (await GetAsync($"/v1/tsg/groups/{group}")).Json.GetProperty("capacity").GetInt32();

    protected static string Group(string name, string template, int capacity) =>
        $$"""{"group_name":"{{name}}","template_id":"{{template}}","capacity":{{capacity}}}""";

    /// <summary>An answer with everything that a client of the original may look at.</summary>
    private protected sealed record Reply(
        int Status, string? ContentType, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        public string? Location => Headers.Location?.OriginalString;

        /// <summary>The answer must be this line of plain text.</summary>
        public void Says(int status, string text)
        {
            Assert.Equal((status, $"{text}\n"), (Status, Body));
            Assert.Equal("text/plain; charset=utf-8", ContentType);
            Assert.Equal(["nosniff"], Headers.GetValues("X-Content-Type-Options"));
        }

        /// <summary>The answer must be without a body.</summary>
        public void IsEmpty(int status)
        {
            Assert.Equal((status, ""), (Status, Body));
            Assert.Null(ContentType);
            Assert.Empty(ContentHeaders.Allow);
        }
    }
}
