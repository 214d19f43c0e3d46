using Muster.Api.Client;
using Muster.Api.Problems;
using Muster.Terraform.Connections;
using Muster.Terraform.Findings;

namespace Muster.Terraform.Tests.Connections;

public sealed class TranslationTests
{
    [Theory]
    [InlineData(
        "duplicate_name", "another name: a group named web exists already",
        "A group named web exists already. If it is the one meant, take it over: "
        + "terraform import, with the resource's address and this name, of a policy as GROUP/NAME.")]
    [InlineData("invalid", "1 to 182 characters", "name is 'web': 1 to 182 characters.")]
    public void A_refused_field_is_told_in_a_sentence_and_at_its_place(string code, string allowed, string said)
    {
        var findings = new FindingList();
        var problem = new ProblemView
        {
            Type = $"urn:muster:problem:{code}",
            Title = "Refused",
            Status = 409,
            Detail = "a group named web exists already",
            Code = code,
            Errors = [new() { Field = "name", Value = "web", Allowed = allowed }],
        };

        Translation.Add(findings, new ApiException(problem), "Cannot create group web", field => AttributePath.Of(field));

        var finding = Assert.Single(findings.All);
        Assert.Equal(("Cannot create group web: refused", said, "name"), (finding.Summary, finding.Detail, finding.Path?.ToString()));
    }
}
