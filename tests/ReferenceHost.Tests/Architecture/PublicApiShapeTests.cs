using System.Reflection;

namespace Pulse.ReferenceHost.Tests.Architecture;

[Trait("Category", "Architecture")]
public sealed class PublicApiShapeTests
{
    /// <summary>The abstract classes an application is meant to derive from.</summary>
    private static readonly string[] Seams = ["Pulse.Auth.AuthEvents"];

    /// <summary>Shapes a framework prescribes: its own names, its own parameters.</summary>
    private static readonly Type[] FrameworkBases =
    [
        typeof(Microsoft.Extensions.Hosting.IHostedService),
        typeof(IAsyncDisposable),
    ];

    public static TheoryData<string> Packages => Repository.EachPackage;

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_public_type_cannot_be_derived_from_unless_it_is_a_seam(string package)
    {
        var open = Repository.Load(package).GetExportedTypes()
            .Where(type => type.IsClass && !type.IsSealed && !Seams.Contains(type.FullName) && IsDerivable(type))
            .Select(type => type.FullName);

        Expect.None(open);
    }

    [Fact]
    public void Every_listed_seam_exists_and_is_open() =>
        Assert.All(Seams, seam =>
        {
            var type = Repository.Packages.Select(package => Repository.Load(package).GetType(seam)).SingleOrDefault(found => found is not null);
            Assert.True(type is { IsPublic: true, IsAbstract: true, IsSealed: false }, $"{seam} is no public abstract class");
        });

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_public_asynchronous_method_ends_in_Async_and_can_be_cancelled(string package)
    {
        var wrong = from type in Repository.Load(package).GetExportedTypes()
                    from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    where IsAwaitable(method.ReturnType) && !IsPrescribed(type, method) && !typeof(Delegate).IsAssignableFrom(type)
                    where !method.Name.EndsWith("Async", StringComparison.Ordinal)
                        || method.GetParameters() is not [.., { ParameterType: var last }]
                        || last != typeof(CancellationToken)
                    select $"{type.FullName}.{method.Name}";

        Expect.None(wrong);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void No_public_static_field_can_be_changed(string package)
    {
        var mutable = from type in Repository.Load(package).GetExportedTypes()
                      from field in type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                      where field is { IsInitOnly: false, IsLiteral: false }
                      select $"{type.FullName}.{field.Name}";

        Expect.None(mutable);
    }

    // An abstract class none of whose constructors is seen outside its assembly is as closed as a sealed one.
    private static bool IsDerivable(Type type) =>
        !type.IsAbstract
        || type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Any(constructor => constructor.IsPublic || constructor.IsFamily || constructor.IsFamilyOrAssembly);

    private static bool IsAwaitable(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return definition == typeof(Task) || definition == typeof(Task<>) || definition == typeof(ValueTask) || definition == typeof(ValueTask<>);
    }

    private static bool IsPrescribed(Type type, MethodInfo method)
    {
        if (type.IsInterface)
        {
            return false;
        }

        if (method.GetBaseDefinition() is { DeclaringType: { } declaring } && declaring.Assembly != type.Assembly)
        {
            return true;
        }

        return FrameworkBases.Where(contract => contract.IsAssignableFrom(type))
            .Any(contract => type.GetInterfaceMap(contract).TargetMethods.Contains(method));
    }
}
