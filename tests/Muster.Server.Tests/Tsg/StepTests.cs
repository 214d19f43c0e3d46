namespace Muster.Server.Tests.Tsg;

/// <summary>Steps up and down, as the original's clients send them.</summary>
public sealed class StepTests : TsgTests
{
    [Theory]
    [InlineData("increment", """{"instance_count":2,"max_instance":10}""", 5)]
    [InlineData("increment", """{"instance_count":20,"max_instance":10}""", 10)]
    [InlineData("increment", """{"instance_count":9223372036854775807,"max_instance":205}""", 100)]
    [InlineData("increment", """{"Instance_Count":1,"MAX_INSTANCE":10,"min_instance":0}""", 4)]
    [InlineData("increment", """{"max_instance":10}""", 3)]
    [InlineData("decrement", """{"instance_count":2,"min_instance":0}""", 1)]
    [InlineData("decrement", """{"instance_count":20,"min_instance":2}""", 2)]
    [InlineData("decrement", """{"instance_count":20}""", 0)]
    public async Task A_step_ends_at_its_limit(string step, string body, int capacity)
    {
        var id = await AddGroupAsync("shop", 3);

        (await SendAsync("PUT", $"/v1/tsg/groups/{id}/{step}", body)).IsEmpty(202);

        Assert.Equal(capacity, await CapacityAsync(id));
    }

    [Theory(DisplayName = "Defect 17: at its limit a step is refused, where the original's handler crashed")]
    [InlineData("increment", """{"instance_count":1,"max_instance":3}""", "capacity 3 is at the maximum of 3 or above")]
    [InlineData("increment", """{"instance_count":1,"max_instance":1}""", "capacity 3 is at the maximum of 1 or above")]
    [InlineData("increment", """{"instance_count":1}""", "capacity 3 is at the maximum of 0 or above")]
    [InlineData("decrement", """{"instance_count":1,"min_instance":3}""", "capacity 3 is at the minimum of 3 or below")]
    public async Task At_its_limit_a_step_is_refused(string step, string body, string text)
    {
        var id = await AddGroupAsync("shop", 3);

        (await SendAsync("PUT", $"/v1/tsg/groups/{id}/{step}", body)).Says(400, text);

        Assert.Equal(3, await CapacityAsync(id));
    }

    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("""{"instance_count":1""", "unexpected end of JSON input")]
    [InlineData("null", "error in unmarshal request body")]
    [InlineData("nonsense", "error in unmarshal request body")]
    [InlineData("""{"instance_count":"1"}""", "error in unmarshal request body")]
    [InlineData("""{"instance_count":-1}""", "only positive integers are allowed for instance count & max and min range")]
    [InlineData("""{"min_instance":-1}""", "only positive integers are allowed for instance count & max and min range")]
    public async Task A_wrong_step_is_refused(string body, string text)
    {
        var id = await AddGroupAsync("shop", 3);

        (await SendAsync("PUT", $"/v1/tsg/groups/{id}/increment", body)).Says(422, text);
        (await SendAsync("PUT", $"/v1/tsg/groups/{id}/decrement", body)).Says(422, text);
        (await SendAsync("PUT", $"/v1/tsg/groups/{Nobody}/decrement", body)).Says(404, "404 page not found");
    }

    [Fact(DisplayName = "Defect 30: of steps at the same moment none is lost")]
    public async Task Of_steps_at_the_same_moment_none_is_lost()
    {
        var id = await AddGroupAsync("shop", 10);

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(turn => turn % 3 == 0
            ? SendAsync("PUT", $"/v1/tsg/groups/{id}/decrement", """{"instance_count":1}""")
            : SendAsync("PUT", $"/v1/tsg/groups/{id}/increment", """{"instance_count":1,"max_instance":100}""")));

        Assert.All(answers, answer => Assert.Equal(202, answer.Status));
        Assert.Equal(30, await CapacityAsync(id));
    }
}
