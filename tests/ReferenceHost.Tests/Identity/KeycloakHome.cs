using Xunit.Abstractions;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>The Keycloak distribution of this machine.</summary>
internal static class KeycloakHome
{
    public static string? Folder => Environment.GetEnvironmentVariable("KEYCLOAK_HOME") is { Length: > 0 } folder ? folder : null;

    /// <summary>The distribution, or null after saying on the console and in the test's output that the test did not run.</summary>
    public static string? OrSayWhyNot(ITestOutputHelper output)
    {
        if (Folder is null)
        {
            const string Reason = "NOT RUN: no Keycloak. Set KEYCLOAK_HOME to an unpacked Keycloak 26 distribution to run this test.";
            output.WriteLine(Reason);
            Console.WriteLine(Reason);
        }

        return Folder;
    }
}
