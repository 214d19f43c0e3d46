using Muster.Core.Storage;
using Muster.Server.Problems;
using Muster.Server.Requests;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Requests;

public sealed class IdStartTests
{
    private static readonly Guid[] Ids =
    [
        new("9f0c1f34-1111-4222-8333-444455556666"),
        new("9f0c1f34-1199-4222-8333-444455556666"),
        new("00aa1f34-1111-4222-8333-444455556666"),
    ];

    [Theory]
    [InlineData("00aa1f34", 2)]
    [InlineData("00AA1F34-1", 2)]
    [InlineData("9f0c1f34-111", 0)]
    [InlineData("9f0c1f34-1199-4222-8333-444455556666", 1)]
    [InlineData("00aa1f3", null)]
    [InlineData("00aa1f341", null)]
    [InlineData("00aa1f34-g", null)]
    [InlineData("0badf00d", null)]
    [InlineData("", null)]
    public async Task The_start_of_one_id_finds_it(string start, int? expected) => Assert.Equal(
        expected is { } index ? Ids[index] : null, (await FindAsync(start))?.Id);

    [Fact]
    public async Task The_start_of_several_is_refused_with_their_ids()
    {
        var error = await Assert.ThrowsAsync<ProblemException>(() => FindAsync("9f0c1f34-11"));

        Assert.Equal("ambiguous_id", error.Kind.Code);
        Assert.Equal($"2 groups have an id that starts with 9f0c1f34-11: give more of it ({Ids[0]}, {Ids[1]})", error.Message);
    }

    [Fact]
    public async Task Groups_templates_and_tokens_are_all_found_by_it()
    {
        await using var server = await RunningServer.StartDevAsync();
        var group = (await server.AddGroupAsync("shop", desired: 0)).Json.GetProperty("id").GetString()!;
        var template = (await server.GetAsync("/v1/templates/web")).Good(200).Json.GetProperty("id").GetString()!;

        (await server.GetAsync($"/v1/groups/{group[..8]}")).Good(200);
        (await server.GetAsync($"/v1/groups/{group[..8]}/activities")).Good(200);
        (await server.GetAsync($"/v1/templates/{template[..8]}")).Good(200);
        (await server.SendAsync("PATCH", $"/v1/groups/{group[..8]}", $$"""{"template":"{{template[..8]}}"}""")).Good(200);
    }

    // Two pages, the second of one item: the search goes on to the end.
    private static Task<Named?> FindAsync(string start) => IdStart.FindAsync(
        "group", start,
        cursor => Task.FromResult(cursor is null
            ? new Page<Named>([.. Ids[..2].Select(id => new Named(id))], "more")
            : new Page<Named>([new(Ids[2])], null)),
        named => named.Id);

    private sealed record Named(Guid Id);
}
