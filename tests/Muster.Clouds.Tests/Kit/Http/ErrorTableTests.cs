using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Kit.Http;

public sealed class ErrorTableTests
{
    private static readonly ErrorTable Table = new(
        new(CloudErrorKind.OutOfStock, Status: 409, Code: "InsufficientCapacity"),
        new(CloudErrorKind.QuotaExceeded, Status: 403, Words: "quota"),
        new(CloudErrorKind.InvalidRequest, Words: "no such"),
        new(CloudErrorKind.Unavailable, Words: "no"));

    [Theory]
    [InlineData("full", "InsufficientCapacity", 409, CloudErrorKind.OutOfStock)]
    [InlineData("your Quota is used up", "NotAuthorized", 403, CloudErrorKind.QuotaExceeded)]
    [InlineData("No such image", null, 0, CloudErrorKind.InvalidRequest)]
    [InlineData("no", null, 0, CloudErrorKind.Unavailable)]
    public void The_first_row_that_fits_counts(string text, string? code, int status, CloudErrorKind kind) =>
        Assert.Equal(kind, Table.KindOf(text, code, status));

    [Theory]
    [InlineData("full", "InsufficientCapacity", 400)]
    [InlineData("full", "insufficientcapacity", 409)]
    [InlineData("the quota", null, 409)]
    public void A_row_fits_only_as_a_whole(string text, string? code, int status) => Assert.Null(Table.KindOf(text, code, status));
}
