// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/** A mint rush: everybody wants the next number, so that all mints follow one another. */
contract Weave is ERC721 {
    uint256 public minted;

    constructor() ERC721("Weave", "WEAVE") {}

    function mint() external {
        _mint(msg.sender, ++minted);
    }
}
