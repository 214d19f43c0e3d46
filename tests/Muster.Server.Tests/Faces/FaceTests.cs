using System.Collections.Immutable;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Muster.Core;
using Muster.Server.Authentication;
using Muster.Server.Faces;
using Muster.Server.Options;
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

    private sealed class Whoever : IFace
    {
        public InputError? Wrong { get; init; }

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

        public void Use(IApplicationBuilder app, FaceParts parts) => app.Map(Path, own => own.Run(async http =>
        {
            var caller = await parts.Anybody.IdentifyAsync(http.Request, http.RequestAborted);
            http.SetCaller(caller);
            await http.Response.WriteAsync(caller.Author, http.RequestAborted);
        }));
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
