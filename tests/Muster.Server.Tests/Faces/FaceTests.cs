using System.Collections.Immutable;
using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Muster.Core;
using Muster.Server.Authentication;
using Muster.Server.Faces;
using Muster.Server.Options;
using Muster.Server.Problems;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Faces;

/// <summary>The seam for other people's clients, by a face that knows nothing but its callers.</summary>
public sealed class FaceTests
{
    private const string Path = "/v1/whoever";

    [Fact]
    public async Task A_face_answers_its_paths_ahead_of_the_api_and_leaves_the_rest_alone()
    {
        await using var server = await RunningServer.StartAsync(new(), beats: false, faces: new Whoever());

        Assert.Equal("dev", (await server.GetAsync(Path)).Good(200).Body);
        (await server.GetAsync("/v1/groups")).Problem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_face_has_a_say_about_how_the_server_runs()
    {
        var face = new Whoever { Wrong = new("whoever", "7", "6") };

        var error = await Assert.ThrowsAsync<InputException>(
            () => RunningServer.StartAsync(new() { CapacityLimit = -1 }, beats: false, faces: face));

        Assert.Equal(["capacity_limit", "whoever"], error.Errors.Select(wrong => wrong.Field));
    }

    [Fact]
    public async Task What_a_face_runs_beside_its_requests_starts_with_the_server()
    {
        var face = new Whoever();

        await using var server = await RunningServer.StartDevAsync(faces: face);

        Assert.True(face.HasStarted);
    }

    [Theory]
    [InlineData("Host", "evil.example", "foreign_host")]
    [InlineData("Origin", "https://evil.example", "foreign_site")]
    [InlineData("Sec-Fetch-Site", "cross-site", "foreign_site")]
    public async Task A_face_that_asks_nobody_lets_no_web_page_in_either(string header, string value, string problem)
    {
        await using var server = await RunningServer.StartAsync(new(), beats: false, faces: new Whoever());

        var answer = await server.SendAsync("GET", Path, headers: [(header, value)]);

        Assert.Equal((403, problem), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public async Task Nobody_is_taken_for_dev_where_others_can_reach_the_server(string listen)
    {
        await using var server = await RunningServer.StartAsync(new(), beats: false);
        FaceParts? given = null;
        await using var elsewhere = MusterServer.Build(
            new() { Listen = new(IPAddress.Parse(listen), 7474) }, server.Store, server.Pulse, server.Clouds, server.Feed, server.Clock,
            new SystemRandomSource(), [new Whoever { OnParts = parts => given = parts }]);
        var request = new DefaultHttpContext { Request = { Host = new("127.0.0.1") } }.Request;

        var refused = await Assert.ThrowsAsync<ProblemException>(
            async () => await given!.Anybody.IdentifyAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal("unauthenticated", refused.Kind.Code);
    }

    private sealed class Whoever : IFace
    {
        public InputError? Wrong { get; init; }

        public Action<FaceParts>? OnParts { get; init; }

        public bool HasStarted { get; private set; }

        public void Check(ServerOptions server, ImmutableArray<InputError>.Builder errors)
        {
            if (Wrong is { } wrong)
            {
                errors.Add(wrong);
            }
        }

        public void AddServices(IServiceCollection services, FaceParts parts) =>
            services.AddHostedService(_ => new Beside(() => HasStarted = true));

        public void Use(IApplicationBuilder app, FaceParts parts)
        {
            OnParts?.Invoke(parts);
            app.Map(Path, own => own.Run(http => AnswerAsync(http, parts.Anybody)));
        }

        private static async Task AnswerAsync(HttpContext http, ICallers callers)
        {
            try
            {
                var caller = await callers.IdentifyAsync(http.Request, http.RequestAborted);
                http.SetCaller(caller);
                await http.Response.WriteAsync(caller.Author, http.RequestAborted);
            }
            catch (ProblemException problem)
            {
                http.Response.StatusCode = problem.Kind.Status;
                await http.Response.WriteAsync(problem.Kind.Code, http.RequestAborted);
            }
        }
    }

    private sealed class Beside(Action started) : Microsoft.Extensions.Hosting.IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            started();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
