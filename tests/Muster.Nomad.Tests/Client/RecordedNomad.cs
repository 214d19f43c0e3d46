using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Client;

/// <summary>A server that gives one recorded answer after the other, byte for byte, and keeps what was asked.</summary>
internal sealed class RecordedNomad : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RecordedNomad(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    /// <summary>What is answered next.</summary>
    public Exchange? Next { get; set; }

    /// <summary>The last request: method, target and body.</summary>
    public (string Method, string Target, string Body) Asked { get; private set; }

    public static async Task<RecordedNomad> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var nomad = new RecordedNomad(app);
        app.Run(nomad.AnswerAsync);
        await app.StartAsync();
        return nomad;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var reader = new StreamReader(context.Request.Body);
        Asked = (context.Request.Method, target, await reader.ReadToEndAsync());
        var exchange = Next!;
        context.Response.StatusCode = exchange.Status;
        context.Response.ContentType = exchange.Header("Content-Type");
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(exchange.AnswerText));
    }
}
