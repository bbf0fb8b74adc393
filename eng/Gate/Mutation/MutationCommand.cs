using System.Globalization;
using System.Text.Json;

namespace Pulse.Engineering.Mutation;

/// <summary>Runs Stryker for packages, one after the other, and judges what it reports.</summary>
internal static class MutationCommand
{
    public static int Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        var record = arguments.Contains("--record");
        var changedOnly = arguments.Contains("--changed");
        var named = arguments.Where(argument => argument is not ("--record" or "--changed")).Select(Id).ToList();
        var unknown = named.Except(Workspace.Packages).ToList();
        if (unknown.Count > 0)
        {
            Console.Error.WriteLine($"Unknown package {string.Join(", ", unknown)}: {string.Join(", ", Workspace.Packages)}");
            return 2;
        }

        var workspace = Workspace.Find(Environment.CurrentDirectory);
        var records = MutationRecords.Read(workspace.RecordedFile);
        var good = true;
        foreach (var package in named.Count > 0 ? named : Workspace.Packages)
        {
            var known = records.GetValueOrDefault(package);
            var hash = workspace.HashOf(package);
            if (changedOnly && known is null)
            {
                output.WriteLine($"{package} is not held yet: it has no record. Take it in with ./test.sh mutation {package} --record");
                continue;
            }

            if (changedOnly && known?.Hash == hash)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{package} {known.Score:0.00} % as recorded: nothing changed since"));
                continue;
            }

            var report = Measure(workspace, package, known?.MinimumTested ?? 1, output);
            good &= report is not null;
            if (record && report is not null)
            {
                records[package] = new MutationRecord(hash, report.Score / 100m, report.Tested);
                MutationRecords.Write(workspace.RecordedFile, records);
            }
        }

        return good ? 0 : 1;
    }

    /// <summary>Mutates one package.</summary>
    /// <returns>The report when it is good enough, else null; why not has been written.</returns>
    private static MutationReport? Measure(Workspace workspace, string package, int minimumTested, TextWriter output)
    {
        var configuration = File.ReadAllText(workspace.PathOf(Workspace.ConfigurationOf(package)));
        var folder = $"src/{package}";
        var problems = Exclusions.Check(
            package,
            configuration,
            File.ReadAllText(workspace.ExcludedFile),
            [.. workspace.Files(folder).Select(file => file[(folder.Length + 1)..])]);
        if (problems.Count > 0)
        {
            return Refuse(package, problems, output);
        }

        var results = workspace.PathOf($"artifacts/mutation/{package}");
        var reportFile = Path.Combine(results, "reports", "mutation-report.json");
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        var (exitCode, log) = Workspace.Run(
            workspace.PathOf($"tests/{package}.Tests"),
            "dotnet",
            ["stryker", "--config-file", workspace.PathOf(Workspace.ConfigurationOf(package)), "--output", results, "--skip-version-check"]);
        if (!File.Exists(reportFile))
        {
            return Refuse(package, [$"Stryker exited with {exitCode} and left no report:\n{log}"], output);
        }

        var report = MutationReport.Parse(File.ReadAllText(reportFile));
        output.WriteLine(report.Describe(package));
        foreach (var mutant in report.WithStatus("Survived", "NoCoverage", "Timeout"))
        {
            output.WriteLine($"  {mutant.Status,-10}  {Path.GetRelativePath(workspace.Root, mutant.File)}:{mutant.Line}  {mutant.Mutator}: {mutant.Replacement}");
        }

        problems = MutationGate.Judge(report, Break(configuration), minimumTested);
        return problems.Count == 0 ? report : Refuse(package, problems, output);
    }

    private static MutationReport? Refuse(string package, IEnumerable<string> problems, TextWriter output)
    {
        foreach (var problem in problems)
        {
            output.WriteLine($"FAILED  {package}: {problem}");
        }

        return null;
    }

    private static string Id(string name) =>
        Workspace.Packages.FirstOrDefault(package =>
            package.Equals(name, StringComparison.OrdinalIgnoreCase) || package.Equals("Pulse." + name, StringComparison.OrdinalIgnoreCase)) ?? name;

    private static int Break(string configuration)
    {
        using var document = JsonDocument.Parse(configuration);
        return document.RootElement.GetProperty("stryker-config").GetProperty("thresholds").GetProperty("break").GetInt32();
    }
}
