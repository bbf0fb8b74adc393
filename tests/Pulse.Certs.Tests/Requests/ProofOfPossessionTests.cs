using System.Security.Cryptography;

namespace Pulse.Certs.Tests;

public class ProofOfPossessionTests
{
    private static readonly RSA Rsa2048 = RSA.Create(2048);

    private readonly Harness _harness = new();

    [Theory]
    [InlineData("300906072A8648CE3D0401")] // ecdsa-with-SHA1
    [InlineData("300A06082A8648CE3D040301")] // ecdsa-with-SHA224
    [InlineData("300A06082A8648CE3D040304")] // ecdsa-with-SHA512
    [InlineData("300C06082A8648CE3D0403020500")] // ecdsa-with-SHA256, parameters NULL
    [InlineData("300D06092A864886F70D0101050500")] // sha1WithRSA
    [InlineData("300D06092A864886F70D0101040500")] // md5WithRSA
    [InlineData("300D06092A864886F70D0101030500")] // md4WithRSA
    [InlineData("300B06092A864886F70D01010B")] // sha256WithRSA, parameters absent
    [InlineData("300D06092A864886F70D01010A3000")] // RSASSA-PSS
    [InlineData("300506032B6570")] // Ed25519
    [InlineData("300706032B65700500")] // Ed25519 with parameters
    [InlineData("300906072A8648CE380403")] // DSA with SHA-1
    public async Task Refuses_an_algorithm_that_is_not_listed(string algorithm) => await ExpectAsync(
        new CsrBuilder { Algorithm = Convert.FromHexString(algorithm) }, IssueRefusal.AlgorithmNotAllowed);

    [Fact]
    public async Task Asks_for_the_algorithm_before_it_touches_the_key() => await ExpectAsync(
        new CsrBuilder { Algorithm = Convert.FromHexString("300906072A8648CE3D0401"), PublicKey = [0x30, 0] },
        IssueRefusal.AlgorithmNotAllowed);

    [Fact]
    public async Task Refuses_the_algorithm_of_another_type_of_key()
    {
        await ExpectAsync(
            new CsrBuilder { Algorithm = Convert.FromHexString(CsrBuilder.RsaSha256) }, IssueRefusal.AlgorithmOfOtherKey);
        await ExpectAsync(
            new CsrBuilder(Rsa2048) { Algorithm = Convert.FromHexString(CsrBuilder.EcdsaSha256) }, IssueRefusal.AlgorithmOfOtherKey);
    }

    [Fact]
    public async Task Refuses_a_flipped_bit_of_an_ECDSA_signature() => await ExpectFailureAsync(new CsrBuilder
    {
        ChangeSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)],
    });

    [Fact]
    public async Task Refuses_a_flipped_bit_of_an_RSA_signature() => await ExpectFailureAsync(new CsrBuilder(Rsa2048)
    {
        ChangeSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)],
    });

    [Fact]
    public async Task Refuses_a_signature_of_another_key() => await ExpectFailureAsync(
        new CsrBuilder { PublicKey = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo() });

    [Fact]
    public async Task Refuses_a_signature_under_another_hash() => await ExpectFailureAsync(
        new CsrBuilder { Algorithm = Convert.FromHexString(CsrBuilder.EcdsaSha384) });

    [Theory]
    [InlineData("3006020100020101")] // r = 0
    [InlineData("3006020101020100")] // s = 0
    [InlineData("30060201FF020101")] // r negative
    [InlineData("3006020101020101")] // r = s = 1
    [InlineData("3000")]
    [InlineData("")]
    public async Task Refuses_a_degenerate_ECDSA_signature(string signature) =>
        await ExpectFailureAsync(new CsrBuilder { ChangeSignature = _ => Convert.FromHexString(signature) });

    [Fact]
    public async Task Refuses_a_good_ECDSA_signature_in_another_encoding()
    {
        // A leading zero too many, a byte behind the end, and the plain concatenation: the same two numbers each time.
        await ExpectFailureAsync(new CsrBuilder
        {
            ChangeSignature = signature =>
                [0x30, (byte)(signature[1] + 1), 0x02, (byte)(signature[3] + 1), 0, .. signature[4..]],
        });
        await ExpectFailureAsync(new CsrBuilder { ChangeSignature = signature => [.. signature, 0] });
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await ExpectFailureAsync(new CsrBuilder(key)
        {
            ChangeSignature = _ => key.SignData([1], HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        });
    }

    [Fact]
    public async Task Refuses_a_request_of_one_device_changed_for_another_name()
    {
        var csr = new CsrBuilder { Subject = CsrBuilder.Element(0x30, CsrBuilder.Rdn("2.5.4.3", 0x0C, 65)) }.Build();
        csr[Array.LastIndexOf(csr, (byte)65, 40)] = 66;

        Assert.Equal(IssueRefusal.ProofOfPossessionFailed, await _harness.RefusalOfAsync(csr));
    }

    private Task ExpectFailureAsync(CsrBuilder builder) => ExpectAsync(builder, IssueRefusal.ProofOfPossessionFailed);

    private async Task ExpectAsync(CsrBuilder builder, IssueRefusal refusal) =>
        Assert.Equal(refusal, await _harness.RefusalOfAsync(builder.Build()));
}
