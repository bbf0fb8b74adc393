using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Pulse.ReferenceHost.Cli;

namespace Pulse.ReferenceHost.Tests.Cli;

public sealed class CertCommandTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ECDsa RootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly X509Certificate2 Root = MakeRoot();
    private static readonly string Leaf = MakeLeaf("device.example.com", "1.3.6.1.5.5.7.3.2");
    private static readonly string Crl = MakeCrl();

    [Fact]
    public async Task Validate_answers_each_line_in_its_place()
    {
        var input = string.Join('\n', Line("first"), "not JSON", Line("third", line => line["at"] = "2027-06-01T12:00:00Z"), Line("fourth", line => line["leaf"] = "no PEM"));

        Assert.Equal(
            """
            {"id":"first","ok":true,"reason":null}
            {"id":null,"ok":false,"reason":"InvalidInput"}
            {"id":"third","ok":false,"reason":"Expired"}
            {"id":"fourth","ok":false,"reason":"Malformed"}

            """,
            await RunAsync(input, "validate"));
    }

    [Theory]
    [InlineData("2026-06-01T12:00:00Z", "true,\"reason\":null")]
    [InlineData("2026-05-01T12:00:00Z", "false,\"reason\":\"NotYetValid\"")]
    public async Task Validate_judges_at_the_time_of_the_option_where_a_line_gives_none(string at, string expected) => Assert.Equal(
        $$"""{"id":"x","ok":{{expected}}}""" + "\n", await RunAsync(Line("x", line => line["at"] = null), "validate", "--at", at));

    [Theory]
    [InlineData("""{"purpose":"client"}""", null)]
    [InlineData("""{"purpose":"any"}""", null)]
    [InlineData("""{"purpose":"server"}""", "PurposeInvalid")]
    [InlineData("""{"purpose":"Client"}""", "InvalidInput")]
    [InlineData("""{"dns":"device.example.com"}""", "PurposeInvalid")]
    [InlineData("""{"dns":"device.example.com","purpose":"client"}""", null)]
    [InlineData("""{"dns":"other.example.com","purpose":"any"}""", "HostNameMismatch")]
    [InlineData("""{"revocation":"require"}""", "RevocationUnknown")]
    [InlineData("""{"revocation":"ifPresent"}""", null)]
    [InlineData("""{"revocation":"maybe"}""", "InvalidInput")]
    [InlineData("""{"maxDepth":0}""", null)]
    [InlineData("""{"maxDepth":255}""", null)]
    [InlineData("""{"maxDepth":-1}""", "InvalidInput")]
    [InlineData("""{"explicitPolicy":true}""", "PolicyNotAllowed")]
    [InlineData("""{"explicitPolicy":"true"}""", "InvalidInput")]
    [InlineData("""{"policies":["1.2.3"]}""", null)]
    [InlineData("""{"policies":["1.2.3"],"inhibitAnyPolicy":true,"inhibitPolicyMapping":true}""", null)]
    [InlineData("""{"policies":[null]}""", "InvalidInput")]
    [InlineData("""{"roots":[]}""", "InvalidInput")]
    [InlineData("""{"roots":null}""", "InvalidInput")]
    [InlineData("""{"roots":["no PEM"]}""", "TrustAnchorInvalid")]
    [InlineData("""{"leaf":null}""", "InvalidInput")]
    [InlineData("""{"at":"noon"}""", "InvalidInput")]
    [InlineData("""{"intermediates":["no PEM"]}""", null)]
    [InlineData("""{"crls":["no PEM"]}""", "RevocationUnknown")]
    [InlineData("""{"crls":["no PEM"],"revocation":"off"}""", null)]
    [InlineData("""{"something":"else"}""", null)]
    public async Task Validate_takes_what_a_line_asks_for(string members, string? reason)
    {
        var line = Line("x", line =>
        {
            foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
            {
                line[name] = value?.DeepClone();
            }
        });
        var id = reason == "InvalidInput" ? null : "x";

        var answer = JsonNode.Parse(await RunAsync(line, "validate"))!;

        Assert.Equal(id, (string?)answer["id"]);
        Assert.Equal(reason, (string?)answer["reason"]);
        Assert.Equal(reason is null, (bool)answer["ok"]!);
    }

    [Fact]
    public async Task Validate_looks_the_certificate_up_in_the_lists_given()
    {
        Assert.Contains("\"Revoked\"", await RunAsync(Line("x", line => line["crls"] = new JsonArray(Crl)), "validate"), StringComparison.Ordinal);
        Assert.Contains("true", await RunAsync(Line("x", line => (line["crls"], line["revocation"]) = (new JsonArray(Crl), "off")), "validate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_takes_one_PEM_block_and_nothing_around_it()
    {
        Assert.Contains("Malformed", await RunAsync(Line("x", line => line["leaf"] = Leaf + "\n" + Leaf), "validate"), StringComparison.Ordinal);
        Assert.Contains("Malformed", await RunAsync(Line("x", line => line["leaf"] = "x " + Leaf), "validate"), StringComparison.Ordinal);
        Assert.Contains("Malformed", await RunAsync(Line("x", line => line["leaf"] = Crl), "validate"), StringComparison.Ordinal);
        Assert.Contains("true", await RunAsync(Line("x", line => line["leaf"] = "\r\n" + Leaf + "\n"), "validate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_that_cannot_be_one_is_left_out_while_another_can()
    {
        var line = Line("x", line => line["roots"] = new JsonArray(Leaf, Root.ExportCertificatePem()));

        Assert.Contains("true", await RunAsync(line, "validate"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cert needs one of")]
    [InlineData("There is no command \"cert check\"", "check")]
    [InlineData("has no option \"--when\"", "validate", "--when", "now")]
    [InlineData("--at is a time with its offset", "validate", "--at", "noon")]
    [InlineData("takes no file: \"x\"", "validate", "x")]
    public async Task Bad_usage_says_what_is_wrong(string expected, params string[] words)
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => RunAsync("", words));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4_096)]
    [InlineData(8_192)]
    [InlineData(5_000)]
    public async Task Standard_input_gives_a_line_of_any_length_before_the_next_one_comes(int length)
    {
        using var pipe = new HeldPipe(new string('a', length - 1) + "\n");
        using var reader = StandardInput.Read(pipe);
        await using var lines = BatchLines.ReadAsync(reader, 100_000, CancellationToken.None).GetAsyncEnumerator();

        Assert.True(await lines.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(length - 1, lines.Current.Length);
    }

    [Fact]
    public async Task As_a_program_no_input_is_no_output_and_exits_with_0()
    {
        await using var process = HostProcess.Start("cert", "validate");

        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal("", process.Output);
    }

    private static async Task<string> RunAsync(string input, params string[] words)
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, await CertCommands.RunAsync(words, reader, output, CancellationToken.None));
        return output.ToString();
    }

    private static string Line(string id, Action<JsonObject>? change = null)
    {
        var line = new JsonObject
        {
            ["id"] = id,
            ["roots"] = new JsonArray(Root.ExportCertificatePem()),
            ["intermediates"] = new JsonArray(),
            ["leaf"] = Leaf,
            ["crls"] = new JsonArray(),
            ["at"] = "2026-06-01T12:00:00Z",
        };
        change?.Invoke(line);
        return line.ToJsonString();
    }

    private static X509Certificate2 MakeRoot()
    {
        var request = new CertificateRequest("CN=Root", RootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(Start.AddDays(-1), Start.AddDays(1000));
    }

    private static string MakeLeaf(string name, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        using var made = request.Create(Root, Start.AddDays(-1), Start.AddDays(30), [0x11, 0x22]);
        return made.ExportCertificatePem();
    }

    private static string MakeCrl()
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry([0x11, 0x22], Start.AddDays(-1));
        return PemEncoding.WriteString("X509 CRL", builder.Build(Root, 1, Start.AddDays(1), HashAlgorithmName.SHA256, thisUpdate: Start.AddDays(-1)));
    }

    /// <summary>Gives its text, as much as is asked for, and then nothing for as long as it lives.</summary>
    private sealed class HeldPipe(string text) : MemoryStream(Encoding.ASCII.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Read(buffer.Span);
        }
    }
}
