namespace Pulse.Auth.Tests;

internal sealed class FakeKeyDocuments : IKeyDocuments
{
    private int _fetches;

    public string Discovery { get; set; } =
        $$"""{"issuer":"{{TokenForge.Issuer}}","jwks_uri":"https://id.example/realms/pulse/certs"}""";

    public string Jwks { get; set; } = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa));

    /// <summary>Key sets of other hosts than the one of <see cref="Jwks"/>.</summary>
    public Dictionary<string, string> JwksOfHost { get; } = [];

    public KeySetProblem Problem { get; set; }

    /// <summary>What is wrong with the key set's address alone.</summary>
    public KeySetProblem JwksProblem { get; set; }

    public TaskCompletionSource? Hold { get; set; }

    /// <summary>Fetches of the key set.</summary>
    public int Fetches => Volatile.Read(ref _fetches);

    public List<Uri> Addresses { get; } = [];

    public async ValueTask<KeyDocument> GetAsync(Uri address, int maxBytes, CancellationToken cancellationToken)
    {
        Addresses.Add(address);
        if (address.AbsolutePath.EndsWith("openid-configuration", StringComparison.Ordinal))
        {
            return Problem == KeySetProblem.None ? new KeyDocument(Discovery, KeySetProblem.None) : Count(KeyDocument.Failed(Problem));
        }

        if (Hold is not null)
        {
            await Hold.Task.WaitAsync(cancellationToken);
        }

        var problem = Problem == KeySetProblem.None ? JwksProblem : Problem;
        return Count(problem == KeySetProblem.None ? new KeyDocument(JwksOfHost.GetValueOrDefault(address.Host, Jwks), KeySetProblem.None) : KeyDocument.Failed(problem));
    }

    private KeyDocument Count(KeyDocument document)
    {
        Interlocked.Increment(ref _fetches);
        return document;
    }
}
