using System.Text.RegularExpressions;

using Muster.Api.Client;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Authentication;

public sealed partial class TokenTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer")]
    [InlineData("Bearer mst_short")]
    [InlineData("Bearer mst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Without_a_token_of_this_installation_nothing_is_told(string? authorization)
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        (string, string)[] headers = authorization is null ? [] : [("Authorization", authorization)];

        foreach (var path in new[]
        {
            "/v1/groups", "/v1/groups/nothing", "/v1/status", "/v1/whoami", "/v1/tokens", "/v1/events", "/v1/clouds", "/metrics",
        })
        {
            var answer = await server.SendAsync("GET", path, headers: headers);
            answer.Problem(401, "unauthenticated");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }
    }

    [Fact]
    public async Task What_a_supervisor_asks_needs_no_token()
    {
        await using var server = await RunningServer.StartWithTokensAsync();

        foreach (var path in new[] { "/healthz", "/readyz", "/openapi/v1.json" })
        {
            (await server.GetAsync(path)).Good(200);
        }
    }

    [Fact]
    public async Task A_role_may_do_what_it_is_for_and_no_more()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        using var read = server.ClientWith(await server.AddTokenAsync("reader", "read"));
        using var operate = server.ClientWith(await server.AddTokenAsync("operator", "operate"));
        using var admin = server.ClientWith(await server.AddTokenAsync("boss", "admin"));

        await operate.CreateTemplateAsync(new() { Name = "web", Cloud = "sim", Image = "hello" }, cancellationToken: Cancel);
        await admin.CreateGroupAsync(
            new() { Name = "shop", Template = "web", Capacity = new() { Desired = 1 } }, cancellationToken: Cancel);
        Assert.Equal("shop", (await read.GetGroupAsync("shop", Cancel)).Name);
        Assert.Single((await read.ListTemplatesAsync(cancellationToken: Cancel)).Items);
        Assert.Equal(1, (await read.PlanGroupAsync("shop", Cancel)).Level);

        foreach (var change in new Func<MusterClient, Task>[]
        {
            client => client.CreateTemplateAsync(new() { Name = "a", Cloud = "sim", Image = "hello" }, cancellationToken: Cancel),
            client => client.ArchiveTemplateAsync("web", Cancel),
            client => client.CreateGroupAsync(new() { Name = "b", Template = "web" }, cancellationToken: Cancel),
            client => client.UpdateGroupAsync("shop", new() { Name = "c" }, cancellationToken: Cancel),
            client => client.SetCapacityAsync("shop", new() { Desired = 2 }, cancellationToken: Cancel),
            client => client.SuspendGroupAsync("shop", new(), cancellationToken: Cancel),
            client => client.ResumeGroupAsync("shop", new(), cancellationToken: Cancel),
            client => client.CheckGroupAsync("shop", Cancel),
            client => client.DeleteGroupAsync("shop", cancellationToken: Cancel),
            client => client.ListTokensAsync(Cancel),
        })
        {
            await ForbiddenAsync(() => change(read));
        }

        foreach (var change in new Func<MusterClient, Task>[]
        {
            client => client.CreateTokenAsync(new() { Name = "x", Role = "read" }, Cancel),
            client => client.ListTokensAsync(Cancel),
            client => client.RevokeTokenAsync("boss", Cancel),
        })
        {
            await ForbiddenAsync(() => change(operate));
        }

        Assert.Equal(1, (await read.GetGroupAsync("shop", Cancel)).Version);
        Assert.Equal(3, (await admin.ListTokensAsync(Cancel)).Items.Count);
    }

    [Fact]
    public async Task A_token_lives_from_its_making_to_its_revocation_and_is_the_author_of_what_it_changes()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        using var admin = server.ClientWith(await server.AddTokenAsync("boss", "admin"));
        var made = await admin.CreateTokenAsync(new() { Name = "ci", Role = "operate" }, Cancel);
        Assert.Matches(SecretForm(), made.Token);
        Assert.DoesNotContain(made.Token, made.ToString(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromDays(90), made.Details.ExpiresAt - made.Details.CreatedAt);

        using var ci = server.ClientWith(made.Token);
        var me = await ci.WhoAmIAsync(Cancel);
        Assert.Equal(("ci", "operate", made.Details.Id), (me.Author, me.Role, me.TokenId));
        await ci.CreateTemplateAsync(new() { Name = "web", Cloud = "sim", Image = "hello" }, cancellationToken: Cancel);
        await ci.CreateGroupAsync(new() { Name = "shop", Template = "web", Capacity = new() { Desired = 1 } }, cancellationToken: Cancel);
        Assert.Equal("ci", (await admin.ListActivitiesAsync("shop", cancellationToken: Cancel)).Items[0].Author);

        var revoked = await admin.RevokeTokenAsync("ci", Cancel);
        Assert.NotNull(revoked.RevokedAt);
        Assert.Equal(revoked, await admin.RevokeTokenAsync(made.Details.Id.ToString(), Cancel));
        var refused = await Assert.ThrowsAsync<ApiException>(() => ci.WhoAmIAsync(Cancel));
        Assert.Equal(("token_revoked", 401), (refused.Problem.Code, refused.Problem.Status));

        // The name is free again, and the list shows both, newest first.
        await admin.CreateTokenAsync(new() { Name = "ci", Role = "read" }, Cancel);
        Assert.Equal(
            [null, revoked.RevokedAt],
            (await admin.ListTokensAsync(Cancel)).Items.Where(token => token.Name == "ci").Select(token => token.RevokedAt));
    }

    [Fact]
    public async Task An_expired_token_is_refused_from_its_very_second_on()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        using var client = server.ClientWith(await server.AddTokenAsync("short", "read", expiresInS: 3600));

        server.Clock.Shift = TimeSpan.FromSeconds(3600 - 60);
        await client.WhoAmIAsync(Cancel);
        server.Clock.Shift = TimeSpan.FromSeconds(3600);
        var refused = await Assert.ThrowsAsync<ApiException>(() => client.WhoAmIAsync(Cancel));

        Assert.Equal("token_expired", refused.Problem.Code);
        Assert.Matches(@"^token .short. expired at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$", refused.Problem.Detail);
    }

    [Theory]
    [InlineData("""{"name":"a b","role":"root","expires_in_s":59}""", "name,role,expires_in_s")]
    [InlineData("""{}""", "name,role")]
    [InlineData("""{"name":"dev","role":"read"}""", "name")]
    [InlineData("""{"name":"muster","role":"read"}""", "name")]
    [InlineData("""{"name":"a","role":"read","expires_in_s":31622401}""", "expires_in_s")]
    [InlineData("""{"name":"a","role":1}""", "role")]
    public async Task Every_wrong_field_of_a_token_is_told_at_once(string body, string fields)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.PostAsync("/v1/tokens", body)).Problem(400, "invalid_input", fields.Split(','));
        Assert.Empty((await server.GetAsync("/v1/tokens")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_taken_token_name_is_refused_and_an_unknown_token_not_found()
    {
        await using var server = await RunningServer.StartDevAsync();
        (await server.PostAsync("/v1/tokens", """{"name":"a","role":"read"}""")).Good(201);

        (await server.PostAsync("/v1/tokens", """{"name":"a","role":"admin"}""")).Problem(409, "duplicate_name", "name");
        (await server.SendAsync("DELETE", "/v1/tokens/b")).Problem(404, "token_not_found");
    }

    [Fact]
    public async Task One_account_sees_and_changes_nothing_of_another()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        using var one = server.ClientWith(await server.AddTokenAsync("one", "admin", "one"));
        using var two = server.ClientWith(await server.AddTokenAsync("two", "admin", "two"));
        var template = await one.CreateTemplateAsync(new() { Name = "web", Cloud = "sim", Image = "hello" }, cancellationToken: Cancel);
        var group = await one.CreateGroupAsync(
            new() { Name = "shop", Template = "web", Capacity = new() { Desired = 1 } }, cancellationToken: Cancel);

        Assert.Empty((await two.ListGroupsAsync(cancellationToken: Cancel)).Items);
        Assert.Empty((await two.ListTemplatesAsync(cancellationToken: Cancel)).Items);
        Assert.Equal(["two"], (await two.ListTokensAsync(Cancel)).Items.Select(token => token.Name));
        foreach (var (code, call) in new (string, Func<Task>)[]
        {
            ("group_not_found", () => two.GetGroupAsync("shop", Cancel)),
            ("group_not_found", () => two.GetGroupAsync(group.Id.ToString(), Cancel)),
            ("group_not_found", () => two.SetCapacityAsync(group.Id.ToString(), new() { Desired = 0 }, cancellationToken: Cancel)),
            ("group_not_found", () => two.DeleteGroupAsync(group.Id.ToString(), cancellationToken: Cancel)),
            ("group_not_found", () => two.ListInstancesAsync(group.Id.ToString(), Cancel)),
            ("group_not_found", () => two.ListActivitiesAsync(group.Id.ToString(), cancellationToken: Cancel)),
            ("template_not_found", () => two.GetTemplateAsync(template.Id.ToString(), Cancel)),
            ("template_not_found", () => two.ArchiveTemplateAsync(template.Id.ToString(), Cancel)),
            ("token_not_found", () => two.RevokeTokenAsync("one", Cancel)),
            ("unknown_template", () => two.CreateGroupAsync(
                new() { Name = "shop", Template = template.Id.ToString(), Capacity = new() { Desired = 1 } }, cancellationToken: Cancel)),
        })
        {
            Assert.Equal(code, (await Assert.ThrowsAsync<ApiException>(call)).Problem.Code);
        }
    }

    [Fact]
    public async Task No_secret_is_ever_logged()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var secret = await server.AddTokenAsync("boss", "admin");
        using var admin = server.ClientWith(secret);
        var made = await admin.CreateTokenAsync(new() { Name = "ci", Role = "read" }, Cancel);
        using var wrong = server.ClientWith("mst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        await Assert.ThrowsAsync<ApiException>(() => wrong.WhoAmIAsync(Cancel));
        server.Faults.Fault = new InvalidOperationException("a bug");
        await Assert.ThrowsAsync<ApiException>(() => admin.WhoAmIAsync(Cancel));
        await server.Logs.WaitForAsync("a bug");

        Assert.Contains(server.Logs.Lines, line => line.Contains("Token ci", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Logs.Lines, line =>
            line.Contains("mst_", StringComparison.Ordinal)
            || line.Contains(secret[4..], StringComparison.Ordinal)
            || line.Contains(made.Token[4..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_of_a_refusal_names_whom()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var reader = await server.AddTokenAsync("reader", "read");

        using var client = server.ClientWith(reader);
        await ForbiddenAsync(() => client.DeleteGroupAsync("shop", cancellationToken: Cancel));

        await server.Logs.WaitForAsync("DELETE /v1/groups/shop answered 403");
        Assert.Contains(
            server.Logs.Lines,
            line => line.Contains("answered 403", StringComparison.Ordinal) && line.Contains("for reader", StringComparison.Ordinal));
    }

    private static async Task ForbiddenAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<ApiException>(call);
        Assert.Equal(("forbidden", 403), (refused.Problem.Code, refused.Problem.Status));
    }

    [GeneratedRegex("^mst_[A-Za-z0-9_-]{43}$")]
    private static partial Regex SecretForm();
}
