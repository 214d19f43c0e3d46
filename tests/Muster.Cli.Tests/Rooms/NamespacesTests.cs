using System.Reflection;

namespace Muster.Cli.Tests.Rooms;

/// <summary>The namespaces of an assembly are layers: none uses another that, directly or by way of others, uses it.</summary>
public sealed class NamespacesTests
{
    public static TheoryData<string> Assemblies => new(Product());

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Namespaces_of_an_assembly_make_no_circle(string assembly)
    {
        var circles = CirclesOf(assembly);

        Assert.True(circles.Count == 0, $"{assembly}: {string.Join(Environment.NewLine, circles)}");
    }

    [Fact]
    public void A_circle_is_told_with_its_edges_and_the_types_that_make_them()
    {
        var circle = Assert.Single(Fixture("Ring").FindCircles());

        Assert.Equal(
            """
            3 namespaces use each other in a circle; move types until no edge closes it:
              Muster.Cli.Tests.Rooms.Fixtures.Ring.Second -> Muster.Cli.Tests.Rooms.Fixtures.Ring.Third: Two uses Three
              Muster.Cli.Tests.Rooms.Fixtures.Ring.Third -> Muster.Cli.Tests.Rooms.Fixtures.Ring.First: Three uses One
              Muster.Cli.Tests.Rooms.Fixtures.Ring.First -> Muster.Cli.Tests.Rooms.Fixtures.Ring.Second: AlsoOne uses Two, One uses Two

            """,
            circle.ToString(),
            ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("OfAttribute")]
    [InlineData("OfAttributeArgument`1")]
    [InlineData("OfBase")]
    [InlineData("OfCall")]
    [InlineData("OfCatch")]
    [InlineData("OfConstraint")]
    [InlineData("OfEnumValue")]
    [InlineData("OfField")]
    [InlineData("OfGenericArgument")]
    [InlineData("OfInterface")]
    [InlineData("OfIterator")]
    [InlineData("OfAsyncLambda")]
    [InlineData("OfNestedType")]
    [InlineData("OfParameter")]
    public void A_use_is_seen_wherever_it_stands(string used) =>
        Assert.Contains(Fixture("Uses").Uses, use => use.User == "User" && use.Used == used);

    [Fact]
    public void A_type_that_nobody_uses_is_used_by_nobody() =>
        Assert.DoesNotContain(Fixture("Uses").Uses, use => use.Used == "OfNobody");

    private static NamespaceGraph Fixture(string name) =>
        NamespaceGraph.Read(typeof(NamespacesTests).Assembly.Location, $"{typeof(NamespacesTests).Namespace}.Fixtures.{name}");

    private static IReadOnlyList<NamespaceCircle> CirclesOf(string assembly) =>
        NamespaceGraph.Read(Assembly.Load(assembly).Location, "Muster").FindCircles();

    /// <summary>The program and every assembly of ours that it loads.</summary>
    private static SortedSet<string> Product()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<Assembly>([typeof(MusterProgram).Assembly]);
        while (open.TryPop(out var assembly))
        {
            if (found.Add(assembly.GetName().Name!))
            {
                var ours = assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Muster.", StringComparison.Ordinal));
                foreach (var reference in ours)
                {
                    open.Push(Assembly.Load(reference));
                }
            }
        }

        return found;
    }
}
