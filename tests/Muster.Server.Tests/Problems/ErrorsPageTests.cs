using System.Globalization;
using System.Text;

using Muster.Server.Problems;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Problems;

public sealed class ErrorsPageTests
{
    [Fact]
    public void The_page_of_errors_lists_every_kind_there_is()
    {
        var page = new StringBuilder("""
            # Errors of the API

            Every request that is refused or fails is answered with problem details (RFC 9457, `application/problem+json`):

            ```json
            {"type":"urn:muster:problem:invalid_input","title":"Invalid input","status":400,
             "detail":"capacity.desired is '-1': 0 to 1000","instance":"urn:muster:request:4bf92f3577b34da6a3ce929d0e0e4736",
             "code":"invalid_input","errors":[{"field":"capacity.desired","value":"-1","allowed":"0 to 1000"}]}
            ```

            `code` is stable: programs branch on it, and on nothing else. `errors` names every wrong field at once; it is empty when the
            problem is not about fields. `instance` is also in the server's log. A request refused with 4xx has changed nothing.

            | status | code | what it means, and what to do |
            | --- | --- | --- |

            """);
        foreach (var kind in ProblemKinds.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {kind.Status} | `{kind.Code}` | {kind.Title}. {kind.Remedy} |\n");
        }

        GoldenFile.Check("docs/api/errors.md", page.ToString());
    }

    [Fact]
    public void Codes_are_unique_and_none_is_left_out()
    {
        var declared = typeof(ProblemKinds).GetFields()
            .Where(field => field.FieldType == typeof(ProblemKind))
            .Select(field => (ProblemKind)field.GetValue(null)!)
            .ToList();

        Assert.Equal(declared.Count, ProblemKinds.All.Select(kind => kind.Code).Distinct().Count());
        Assert.Equal(declared.Count, ProblemKinds.All.Length);
        Assert.All(ProblemKinds.All, kind => Assert.InRange(kind.Status, 400, 599));
    }
}
