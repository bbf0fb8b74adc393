using Pulse.ReferenceHost.Data;

namespace Pulse.ReferenceHost.Cli;

/// <summary>Prints the SQL of a deployment: for a DBA to read, and for psql to run.</summary>
internal static class SchemaCommands
{
    public static int Bootstrap(string database)
    {
        Console.Out.WriteLine(HostSchema.Bootstrap(database));
        return 0;
    }

    public static int Migrate()
    {
        foreach (var migration in HostSchema.Migrations())
        {
            Console.Out.WriteLine(migration);
        }

        return 0;
    }
}
