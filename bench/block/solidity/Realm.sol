// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/** A game of which every turn is a transaction: a hero walks a map, fights what it meets, and digs where nobody dug before. */
contract Realm {
    struct Hero {
        uint32 x;
        uint32 y;
        uint32 health;
        uint32 strength;
        uint64 experience;
        uint64 gold;
    }

    uint32 private constant SIZE = 1024;

    mapping(address => Hero) public heroes;
    /** What was found where; most fields are visited by nobody else in the same block. */
    mapping(uint256 => uint256) public dug;

    event Turn(address indexed player, uint32 x, uint32 y, uint64 experience, uint64 gold);

    function play(uint256 seed, uint256 steps) external {
        Hero memory hero = heroes[msg.sender];
        if (hero.health == 0) {
            hero.health = 100;
            hero.strength = 10;
            hero.x = uint32(seed) % SIZE;
            hero.y = uint32(seed >> 32) % SIZE;
        }
        for (uint256 i = 0; i < steps; i++) {
            seed = uint256(keccak256(abi.encode(seed, msg.sender, i)));
            step(hero, seed);
        }
        uint256 field = uint256(hero.x) * SIZE + hero.y;
        uint256 depth = dug[field];
        hero.gold += uint64((seed & 0xff) / (depth + 1));
        dug[field] = depth + 1;
        heroes[msg.sender] = hero;
        emit Turn(msg.sender, hero.x, hero.y, hero.experience, hero.gold);
    }

    function step(Hero memory hero, uint256 seed) private pure {
        hero.x = uint32((hero.x + SIZE + (seed & 3) - 1) % SIZE);
        hero.y = uint32((hero.y + SIZE + ((seed >> 2) & 3) - 1) % SIZE);
        uint256 monster = (seed >> 8) % 40;
        if (monster == 0) {
            if (hero.health < 100) hero.health++;
            return;
        }
        while (monster > hero.strength && hero.health > 1) {
            monster -= hero.strength / 2 + 1;
            hero.health--;
        }
        hero.experience += uint64(monster);
        if (hero.experience > uint64(hero.strength) * hero.strength * 10) hero.strength++;
    }
}
